"""Where tickets are filed, how they are found, and what helps to answer them."""
