"""The report: pages about the class and about each student, made from the database, that open from a disk."""
