"""The desk's figures: how much, how fast, how well; every one with its definition and what it was made of."""
