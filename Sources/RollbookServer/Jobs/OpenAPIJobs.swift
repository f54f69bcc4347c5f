import RollbookModel

/// The jobs in the document that describes the API.
enum OpenAPIJobs {
    private static let name: JSONValue = [
        "name": "name", "in": "path", "required": true, "description": "the job",
        "schema": ["type": "string", "enum": ["refresh", "statistics", "warm", "prepare"]],
    ]
    private static let id: JSONValue = [
        "name": "id", "in": "path", "required": true, "description": "the run", "schema": ["type": "string"],
    ]

    private static func limit(_ standard: Int, most: Int) -> JSONValue {
        [
            "name": "limit", "in": "query", "description": "the most entries; what is more is lowered to the most",
            "schema": ["type": "integer", "minimum": 1, "default": .integer(standard), "maximum": .integer(most)],
        ]
    }

    static let operations: [(path: String, item: JSONValue)] = [
        (
            "/v1/jobs",
            OpenAPIOperations.get(
                "jobs", tag: "jobs", summary: "The jobs: when they run, how they are, and their last runs",
                responses: OpenAPIResponses.document(schema: "Jobs", problems: ["400", "503", "504"]))
        ),
        (
            "/v1/jobs/{name}/runs",
            OpenAPIOperations.get(
                "jobRuns", tag: "jobs", summary: "A job's runs, newest first",
                parameters: [name, limit(JobRoutes.standardRuns, most: JobRoutes.mostRuns)],
                responses: OpenAPIResponses.document(schema: "JobRuns", problems: ["400", "404", "503", "504"]))
        ),
        (
            "/v1/jobs/{name}/runs/{id}",
            OpenAPIOperations.get(
                "jobRun", tag: "jobs", summary: "A run with its tries", parameters: [name, id],
                responses: OpenAPIResponses.document(schema: "JobRunWithTries", problems: ["400", "404", "503", "504"]))
        ),
        (
            "/v1/jobs/{name}/run",
            act("runJob", "Begin a job; 409 where it runs already, here or elsewhere", problems: ["409"])
        ),
        (
            "/v1/jobs/{name}/cancel",
            act("cancelJob", "Stop a job, wherever it runs; 404 where it does not run", problems: [])
        ),
        (
            "/v1/statistics",
            OpenAPIOperations.get(
                "statistics", tag: "status", summary: "The figures that the job statistics has kept, newest first",
                parameters: [limit(1, most: 100)],
                responses: OpenAPIResponses.document(schema: "Statistics", problems: ["400", "503", "504"]))
        ),
    ]

    private static func act(_ identifier: String, _ summary: String, problems: [String]) -> JSONValue {
        [
            "post": [
                "operationId": .text(identifier), "tags": ["jobs"], "summary": .text(summary), "parameters": [name],
                "responses": OpenAPIResponses.accepted(
                    schema: "JobBegun", problems: ["400", "403", "404"] + problems + ["413", "415", "503", "504"]),
            ]
        ]
    }
}

extension OpenAPIResponses {
    /// The responses of what goes on after the answer.
    static func accepted(schema: String, problems: [String]) -> JSONValue {
        let accepted = content("application/json", schema: schema, description: "It goes on; look at `Location`.")
            .merging([
                "headers": [
                    "Location": ["description": "where the run is", "schema": ["type": "string"]]
                ]
            ])
        return JSONValue.object([("202", accepted)]).merging(references(to: problems))
    }
}

extension OpenAPISchemas {
    /// What the jobs' routes give.
    static let jobs: [(name: String, schema: JSONValue)] = [
        ("Jobs", object([("jobs", list(.reference("schemas/Job")))])),
        (
            "Job",
            object([
                ("name", string("the job")), ("meaning", string("what it does")),
                ("state", string("running, late, waiting for its next due time, or off: it runs by hand only")),
                ("schedule", nullable("string", "when it runs by itself, as cron writes it")),
                ("time_zone", string("the zone by whose clocks it falls due")),
                ("next_due_at", nullableInstant("when it falls due next")),
                ("missed_due_at", nullableInstant("the due time at which it should have begun and has not")),
                ("tries", integer("how often it is tried before it has failed")),
                ("time_limit_seconds", integer("how long a run may take")),
                ("running_in", nullable("string", "the process that runs it now")),
                (
                    "last_run",
                    describe(["anyOf": [.reference("schemas/JobRun"), ["type": "null"]]], "its newest run")
                ),
            ])
        ),
        ("JobRuns", object([("runs", list(.reference("schemas/JobRun")))])),
        ("JobRun", object(run)),
        ("JobRunWithTries", object(run + [("attempts", list(object(attempt)))])),
        ("JobBegun", object([("job", string("the job")), ("run_id", string("the run"))])),
        (
            "Statistics",
            object([
                (
                    "takings",
                    list(
                        object([
                            ("taken_at", instant("when the figures were taken")),
                            (
                                "measurements",
                                list(
                                    object([
                                        ("kind", string("table, view, index, cache, question or store")),
                                        ("name", string("which one; a question by its parameters' kinds")),
                                        ("measure", string("what was measured: bytes, rows, scans")),
                                        ("value", integer("the number")),
                                    ]))
                            ),
                        ]))
                )
            ])
        ),
    ]

    private static let attempt: [(name: String, value: JSONValue)] = [
        ("number", integer("the try's number, from 1")), ("started_at", instant("when it began")),
        ("ended_at", nullableInstant("when it ended")),
        ("outcome", string("running, succeeded, failed, cancelled or lost")),
        ("row_count", nullable("integer", "what its job counts, such as rows")),
        ("error_code", nullable("string", "the code of what went wrong")),
        ("error_message", nullable("string", "what went wrong")),
    ]

    private static let run: [(name: String, value: JSONValue)] = [
        ("run_id", string("the run")), ("job", string("the job")),
        ("cause", string("schedule, made_up, hand or start")),
        ("due_at", nullableInstant("the due time that it was begun for")),
        ("started_at", instant("when it began")), ("ended_at", nullableInstant("when it ended")),
        ("outcome", string("running, succeeded, failed, cancelled or lost")), ("tries", integer("the tries begun")),
        ("row_count", nullable("integer", "what its job counts, such as rows")),
        ("error_code", nullable("string", "the code of what went wrong at last")),
        ("error_message", nullable("string", "what went wrong at last")),
        ("process", string("the process that ran it")),
    ]

    private static func nullable(_ type: String, _ description: String) -> JSONValue {
        describe(["type": [.text(type), "null"]], description)
    }
}
