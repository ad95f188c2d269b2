"""What is learned from: MNIST, found or fetched; drawings of people; digits that the app draws itself."""
