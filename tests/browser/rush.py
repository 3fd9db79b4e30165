"""The demo site in a rush: the second request within an hour needs a proof of work."""

from project.settings.base import *

HCPROGRAMS |= {"PROOF_OF_WORK": True, "PROOF_AFTER_SCHOOL_SUBMITS": 1}
