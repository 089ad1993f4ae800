"""Where people came from, as totals: how many of a link's readers took which step."""
