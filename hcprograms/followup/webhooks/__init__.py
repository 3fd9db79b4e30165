"""Telling an institution's other systems, by the same queue as everything else."""
