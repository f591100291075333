"""The replay of the smart-working call: a deterministic population of firms and the story each one lives."""
