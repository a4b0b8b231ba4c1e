"""Pages of the parts of a case: plan, cause, words, promises and so on, each with its buttons."""
