"""What is known: records, text, taxonomies, the store, formats in and out, the embedded sample."""

from competent_data.records import Concept, Person, Vacancy
from competent_data.store import Store
from competent_data.taxonomy import Taxonomy

__all__ = ["Concept", "Person", "Store", "Taxonomy", "Vacancy"]
