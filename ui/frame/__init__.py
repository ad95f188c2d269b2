"""What every page stands in: its frame, its address, what its sessions share, who looks at it."""
