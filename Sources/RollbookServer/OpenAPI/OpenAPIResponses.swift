/// What comes back.
enum OpenAPIResponses {
    /// The problems, by the status under which they are referred to.
    static let problems: [(name: String, response: JSONValue)] = [
        ("400", problem("A parameter is not understood; `parameter` names it.")),
        ("403", problem("The request comes from another site's page.")),
        ("404", problem("There is no such report, view, student, teacher, subject, class, job or run.")),
        ("409", problem("The view has never been filled: refresh first; or the job runs already.")),
        ("413", problem("The body is too large.")),
        ("415", problem("The body is not JSON.")),
        ("503", problem("The engine cannot be reached, or has too much to do; try again.")),
        ("504", problem("The question took too long and was stopped.")),
        ("507", problem("The question needs more memory or disk than the engine was given.")),
    ]

    /// The responses of a report or view.
    static func answer(schema: String) -> JSONValue {
        let success = content("application/json", schema: schema, description: "The answer.").merging([
            "headers": [
                "ETag": header("Names these bytes; send it back as If-None-Match."),
                "Cache-Status": header(
                    "`rollbook; hit` where the answer was in memory, `fwd=stale` where it is no longer the newest (RFC 9211)."
                ),
                "Age": header("How many seconds ago an answer was computed that is no longer the newest."),
            ]
        ])
        let unchanged: JSONValue = ["description": "The answer is what the caller has."]
        return JSONValue.object([("200", success), ("304", unchanged)])
            .merging(references(to: ["400", "404", "409", "503", "504", "507"]))
    }

    /// The responses of anything else.
    static func document(schema: String, problems: [String]) -> JSONValue {
        JSONValue.object([("200", content("application/json", schema: schema, description: "Done."))])
            .merging(references(to: problems))
    }

    /// The responses of the readiness check: both say how each part is.
    static let readiness = JSONValue.object([
        ("200", content("application/json", schema: "Ready", description: "It takes questions.")),
        ("503", content("application/json", schema: "Ready", description: "It has failed, or is draining.")),
    ])

    /// The response of `/metrics`.
    static let metrics = JSONValue.object([
        ("200", content("text/plain", schema: "Metrics", description: "Every metric with its help and type."))
    ])

    /// A body of a schema.
    static func content(_ type: String, schema: String, description: String? = nil) -> JSONValue {
        let media: JSONValue = ["schema": .reference("schemas/\(schema)")]
        let content: JSONValue = ["content": .object([(type, media)])]
        guard let description else { return content }
        return JSONValue.object([("description", .text(description))]).merging(content)
    }

    static func references(to problems: [String]) -> JSONValue {
        .object(problems.map { ($0, .reference("responses/\($0)")) })
    }

    private static func problem(_ description: String) -> JSONValue {
        content("application/problem+json", schema: "Problem", description: description)
    }

    private static func header(_ description: String) -> JSONValue {
        ["description": .text(description), "schema": ["type": "string"]]
    }
}
