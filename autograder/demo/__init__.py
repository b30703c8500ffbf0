"""`make demo`: a sample class, from building the course to graded hand-ins, check-ins and trained networks."""
