"""What outlives a process: runs, experiments, drawings, lessons and analyses, as rows of a database."""
