"""What the OpenAPI document says of records: their schemas, from the records, and examples."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.models import Example

from competent_data.records import Correction, Event, Held, Person, Pin, Vacancy
from matcher.dashboard import Dashboard

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
EVENT_EXAMPLES: dict[str, Example] = {
    "saved": {"value": {"vacancy": "logistiek-v09", "kind": "saved", "provenance": "similar"}},
    "too far": {"value": {"vacancy": "logistiek-v09", "kind": "dismissed", "reason": "too-far"}},
}
PIN_EXAMPLES: dict[str, Example] = {
    "suggested by a consultant": {
        "value": {"vacancy": "logistiek-v01", "by": "consultant", "reason": "Past bij je attest."}
    },
    "hidden by a consultant": {
        "value": {
            "vacancy": "logistiek-v02",
            "by": "consultant",
            "kind": "hide",
            "reason": "De werkgever zocht al iemand.",
        }
    },
}
CORRECTION_EXAMPLES: dict[str, Example] = {
    "a competence is attested": {
        "value": {
            "by": "consultant",
            "reason": "Attest gezien.",
            "changes": {"competences": {"sample:heftruck-besturen": "attested"}},
        }
    },
    "a wish of the person": {
        "value": {"by": "self", "reason": "te ver", "changes": {"travel_km": 18}}
    },
}
_BODIES = {
    "/suggestions": "Person",
    "/candidates": "Vacancy",
    "/people/{person}/events": "EventTold",
    "/people/{person}/pins": "PinTold",
    "/people/{person}/corrections": "CorrectionTold",
}
_ANSWERS = {
    ("/people/{person}/events", "post", "201"): "Recorded",
    ("/people/{person}/wishes", "post", "201"): "Correction",
    ("/people/{person}/pins", "post", "201"): "Pin",
    ("/people/{person}/corrections", "post", "201"): "Correction",
    ("/people/{person}/dashboard", "get", "200"): "Dashboard",
    ("/people/{person}/export", "get", "200"): "Held",
}


def with_records(app: FastAPI, *further: type[msgspec.Struct]) -> None:
    """Put the schemas of the records, and of further ones, into an app's OpenAPI document."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema:
            return app.openapi_schema
        document = plain()
        records = [Person, Vacancy, Event, Pin, Correction, Held, Dashboard, *further]
        _, schemas = msgspec.json.schema_components(records, ref_template=_REF)
        schemas |= {f"{name}Told": _told(schemas[name]) for name in ("Event", "Pin", "Correction")}
        document["components"]["schemas"].update(schemas)
        for (path, method, status), name in _ANSWERS.items():
            answer = document["paths"][path][method]["responses"][status]["content"]
            answer["application/json"]["schema"] = {"$ref": _REF.format(name=name)}
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


def _told(schema: dict[str, Any]) -> dict[str, Any]:
    """A record as it is told: its id, its person and, if it is now, its moment are known."""
    properties = {k: v for k, v in schema["properties"].items() if k not in ("id", "person")}
    required = [name for name in schema["required"] if name in properties and name != "when"]
    return {**schema, "title": f"{schema['title']}Told", "properties": properties} | {
        "required": required
    }
