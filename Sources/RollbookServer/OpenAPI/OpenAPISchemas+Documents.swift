import RollbookModel

extension OpenAPISchemas {
    /// The bodies that are no answers of reports or views.
    static let documents: [(name: String, schema: JSONValue)] = [
        ("Reports", object([("reports", list(entry(report)))])),
        ("Views", object([("views", list(entry(view)))])),
        (
            "Records",
            object([
                (
                    "rows",
                    list(
                        object([
                            ("id", integer("the record's id")),
                            ("source_id", nullableString("the source's own id, where it is a text")),
                            ("label", string("what people call it")),
                        ]))
                )
            ])
        ),
        (
            "RefreshArguments",
            [
                "type": "object",
                "properties": .object([("as_of", instant("the instant for which the views hold"))] + policy),
            ]
        ),
        (
            "Refresh",
            object([
                ("as_of", instant("the instant for which the views hold")),
                ("data_version", integer("the version of the data afterwards")),
                ("duration_ms", integer("how long all of it took, in milliseconds")),
                (
                    "views",
                    list(
                        object([
                            ("view", string("the view")), ("row_count", integer("its rows")),
                            ("duration_ms", integer("how long it took, in milliseconds")),
                        ]))
                ),
            ])
        ),
        ("Warmed", object([("answers_written", integer("the answers that were not in memory before"))])),
        (
            "InvalidateArguments",
            ["type": "object", "properties": ["prefix": string("the beginning of the keys to forget")]]
        ),
        (
            "Invalidated",
            object([
                ("answers_forgotten", integer("the answers in this server's memory that were forgotten")),
                (
                    "shared_answers_forgotten",
                    describe(
                        ["type": ["integer", "null"]],
                        "those in the cache that servers share; null where there is none, or where it cannot be reached"
                    )
                ),
            ])
        ),
        ("Status", status),
        ("ViewStatus", viewStatus),
        ("Live", object([("status", ["const": "live"])])),
        ("Ready", ready), ("ServerStatus", serverStatus), ("HealthPart", healthPart), ("Metrics", ["type": "string"]),
        ("OpenAPI", ["type": "object"]),
    ]

    private static let policy = Policy.settings.map {
        (name: $0.name, value: describe(OpenAPIParameters.policySchema($0), $0.meaning))
    }

    private static let status = object([
        ("engine", string("the engine")), ("data_version", integer("the version of the stored records and views")),
        ("data_as_of", nullableInstant("the newest record's time")),
        ("time_zone", string("the zone of the stored local dates")),
        ("stored_bytes", describe(["type": ["integer", "null"]], "the size on disk, where the engine knows")),
        (
            "tables",
            list(object([("table", string("the table")), ("record_count", integer("its records"))]))
        ),
        ("views", list(.reference("schemas/ViewStatus"))), ("servers", list(.reference("schemas/ServerStatus"))),
        ("cache", describe(["type": "object", "additionalProperties": ["type": "integer"]], "what is kept in memory")),
        ("policy", .reference("schemas/Policy")),
    ])

    private static let ready = object([
        ("status", describe(["enum": ["ready", "degraded", "failed", "draining"]], "the worst of the parts' states")),
        ("parts", list(.reference("schemas/HealthPart"))), ("views", list(.reference("schemas/ViewStatus"))),
    ])

    private static let healthPart = object([
        ("name", string("what it is")), ("state", describe(["enum": ["ok", "degraded", "failed"]], "how it is")),
        ("reason", nullableString("why it is not well")),
    ])

    private static let serverStatus = object([
        ("name", string("what metrics and health call it")), ("address", string("host and port")),
        ("configured_role", describe(["enum": ["primary", "replica"]], "what it was configured as")),
        ("role", nullableString("what it says it is")), ("answers", ["type": "boolean"]),
        ("data_version", describe(["type": ["integer", "null"]], "the version of the store there")),
        (
            "replica_lag_seconds",
            describe(["type": ["number", "null"]], "how far a replica is behind the primary, where that is known")
        ),
    ])

    private static let viewStatus = object([
        ("view", string("the view")), ("as_of", nullableInstant("the instant for which it holds")),
        ("refreshed_at", nullableInstant("when it was filled")), ("row_count", integer("its rows")),
        ("duration_ms", integer("how long filling it took, in milliseconds")),
    ])

    private static let view: [(name: String, value: JSONValue)] = [
        ("name", string("the name")), ("title", string("the title that people see")),
        ("grain", string("what one row stands for")), ("order", string("the order of the rows")),
        ("columns", list(column)),
    ]

    private static let report: [(name: String, value: JSONValue)] =
        view + [
            ("question", string("the question that it answers")),
            ("caution", nullableString("what a reader must know lest the numbers mislead")),
            ("parameters", list(parameter)), ("summary", list(column)),
        ]

    private static let column = object([
        ("name", string("the name")), ("type", string("integer, decimal, text, date or instant")),
        ("unit", nullableString("the number's unit")), ("range", nullableString("the range of the numbers")),
        ("is_nullable", ["type": "boolean"]), ("meaning", string("what the column means")),
    ])

    private static let parameter = object([
        ("name", string("the name")), ("type", string("identifier, integer or period")),
        ("is_required", ["type": "boolean"]), ("default", nullableString("what holds where it is not given")),
        ("takes", string("what it takes, in words")), ("help", string("what it decides")),
    ])

    private static func entry(_ members: [(name: String, value: JSONValue)]) -> JSONValue { object(members) }

    private static func nullableString(_ description: String) -> JSONValue {
        describe(["type": ["string", "null"]], description)
    }
}
