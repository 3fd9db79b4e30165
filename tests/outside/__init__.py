"""Behavior as people and other systems meet it: pages, commands, mails, files.

These tests use the HTTP client, management commands, mails on the wire and the factories, and
import nothing of the product's own modules besides models, so that they survive moves in the code.
"""
