"""Pure rules of the product: no AWS, no HTTP, no environment, no clock of its own."""
