"""Finding cases, petitions and events by words, in whichever script and language they are typed."""
