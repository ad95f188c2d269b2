"""What outlives a process: runs, trials, drawings, lessons and analyses, as rows of a database."""
