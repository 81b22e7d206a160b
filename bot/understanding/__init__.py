"""The fuzzy index behind the `Matcher` port."""
