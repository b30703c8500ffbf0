"""The one database: our tables beside nbgrader's own."""
