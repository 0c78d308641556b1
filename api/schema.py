"""What the OpenAPI document says of records: their schemas, from the records, and examples."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.models import Example

from competent_data.records import Person, Vacancy

_REF = "#/components/schemas/{name}"
_PERSON = {
    "id": "example-person",
    "lang": "nl",
    "competences": {
        "experience": ["sample:orders-verzamelen", "sample:scanner-gebruiken"],
        "attested": ["sample:heftruck-besturen"],
    },
    "wished": ["sample:magazijnier"],
    "past": [{"occupation": "sample:orderpicker", "years": 4}],
    "languages": {"nl": "C1"},
    "licences": ["B", "heftruck"],
    "place": "Sint-Niklaas",
    "travel_km": 25,
    "text": "Ik heb vier jaar orders gepickt en rijd graag met de heftruck.",
}
_VACANCY = {
    "id": "example-vacancy",
    "lang": "nl",
    "title": "Magazijnier met heftruckattest",
    "text": "Je laadt en lost vrachtwagens en houdt de voorraad bij met een scanner.",
    "must": ["sample:heftruck-besturen", "sample:scanner-gebruiken"],
    "place": "Lokeren",
    "languages": {"nl": "B1"},
}
PERSON_EXAMPLES: dict[str, Example] = {
    "a whole dossier": {"value": _PERSON},
    "first day: one occupation, one competence": {
        "value": {
            "id": "first-day",
            "wished": ["sample:kok"],
            "competences": {"self": ["sample:samenwerken"]},
        }
    },
}
VACANCY_EXAMPLES: dict[str, Example] = {
    "a vacancy": {"value": _VACANCY},
    "title and text alone": {
        "value": {"id": "plain", "title": "Kok", "text": "Jij kookt elke middag voor 80 gasten."}
    },
}
COMPARE_EXAMPLES: dict[str, Example] = {
    "two ids": {"value": {"person": "logistiek-p01", "target": "sample:magazijnier"}},
    "two records": {"value": {"person": _PERSON, "target": _VACANCY}},
}
_BODIES = {"/suggestions": "Person", "/candidates": "Vacancy"}


def with_records(app: FastAPI) -> None:
    """Put the schemas of `Person` and `Vacancy` into an app's OpenAPI document."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema:
            return app.openapi_schema
        document = plain()
        _, schemas = msgspec.json.schema_components([Person, Vacancy], ref_template=_REF)
        document["components"]["schemas"].update(schemas)
        for path, name in _BODIES.items():
            content = document["paths"][path]["post"]["requestBody"]["content"]
            content["application/json"]["schema"] = {"$ref": _REF.format(name=name)}
        record = {"anyOf": [{"type": "string"}]}
        document["paths"]["/compare"]["post"]["requestBody"]["content"]["application/json"][
            "schema"
        ] = {
            "type": "object",
            "required": ["person", "target"],
            "properties": {
                key: {"anyOf": [*record["anyOf"], {"$ref": _REF.format(name=name)}]}
                for key, name in (("person", "Person"), ("target", "Vacancy"))
            },
        }
        return document

    app.openapi = openapi  # type: ignore[method-assign]
