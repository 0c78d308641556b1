"""What is learnt: texts, ids and arrays in, scores out; never a person's identity."""
