"""What is offered: programs, offerings, intakes, accreditation, roles and their evidence."""
