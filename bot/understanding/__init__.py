"""What is learnt from the examples, behind the `Matcher` port."""
