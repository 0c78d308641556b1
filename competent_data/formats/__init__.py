"""Formats in: the publishers' own layouts of taxonomies, vacancies, people, events and places."""
