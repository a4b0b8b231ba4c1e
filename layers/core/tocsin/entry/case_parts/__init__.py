"""What each part of a case shows and takes: loaded only when somebody opens it."""
