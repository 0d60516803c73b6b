"""Translation checkpoints as the engines take them."""
