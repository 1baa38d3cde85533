"""What reaches a person's page when something breaks beneath it: a database, a line, a disk, a worker."""
