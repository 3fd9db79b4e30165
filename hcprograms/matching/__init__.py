"""Which programs suit this person: answers, criteria, ranking, over a snapshot of the catalog."""
