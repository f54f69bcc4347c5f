/// Every metric of Rollbook's own, described once: what is exposed, what the documentation lists, and what the dashboard and
/// the alert rules may ask for.
public enum MetricCatalogue {
    /// All of them.
    public static let all = requests + questions + cache + queues + data + jobs + tracing + process

    private static let requests: [MetricDefinition] = [
        .counter("rollbook_http_requests_total", "Requests answered, by route, method and status."),
        .histogram("rollbook_http_request_duration_seconds", "Time from a request's head to its answer, by route."),
        .counter("rollbook_http_response_bytes_total", "Bytes of the bodies of answers, by route."),
        .gauge("rollbook_http_requests_in_flight", "Requests that are being answered by the router."),
        .gauge("rollbook_http_connections", "Open connections."),
        .gauge("rollbook_http_connections_limit", "The most connections that may be open."),
        .counter(
            "rollbook_http_connections_closed_total", "Connections that the server has given up, by reason."),
    ]

    private static let questions: [MetricDefinition] = [
        .counter("rollbook_questions_total", "Questions, by report or view, how the answer was had, and outcome."),
        .histogram("rollbook_question_duration_seconds", "Time that computed answers took, queue included, by name."),
        .histogram("rollbook_queue_wait_seconds", "Time that computed answers waited in a queue of the engine."),
        .counter("rollbook_slow_questions_total", "Questions that took longer than slow_query, by name."),
    ]

    private static let cache: [MetricDefinition] = [
        .counter("rollbook_cache_hits_total", "Questions answered from a cache, by tier."),
        .counter("rollbook_cache_misses_total", "Questions that a cache could not answer, by tier."),
        .counter("rollbook_cache_joins_total", "Questions that waited for a computation begun by another one."),
        .counter("rollbook_cache_stale_total", "Questions answered with a stale answer."),
        .counter("rollbook_cache_evictions_total", "Answers put out to make room, by tier."),
        .counter("rollbook_cache_expirations_total", "Answers found too old, by tier."),
        .gauge("rollbook_cache_entries", "Answers held, by tier."),
        .gauge("rollbook_cache_bytes", "Memory that the answers take, by tier."),
        .gauge("rollbook_cache_limit_bytes", "Memory that answers may take, by tier."),
        .gauge("rollbook_cache_computations", "Computations that somebody waits for now."),
    ]

    private static let queues: [MetricDefinition] = [
        .gauge("rollbook_queue_slots", "Questions that may run at once, by queue."),
        .gauge("rollbook_queue_running", "Questions that run now, by queue."),
        .gauge("rollbook_queue_waiting", "Questions that wait now, by queue."),
        .gauge("rollbook_queue_limit", "Questions that may wait, by queue."),
        .counter("rollbook_queue_admitted_total", "Questions that had their turn, by queue."),
        .counter(
            "rollbook_queue_refused_total", "Questions that did not: the queue was full, or they waited too long."),
        .gauge("rollbook_server_up", "Whether a database server answers, by name and configured role."),
        .gauge("rollbook_server_connections", "Connections for questions to a database server."),
        .gauge("rollbook_server_data_version", "The version of the store on a database server."),
        .gauge("rollbook_replica_lag_seconds", "How far a replica is behind its primary."),
    ]

    private static let data: [MetricDefinition] = [
        .gauge("rollbook_data_version", "The version of the stored records and views."),
        .gauge("rollbook_data_newest_timestamp_seconds", "The newest record's time."),
        .gauge("rollbook_view_age_seconds", "Time since a view was last filled."),
        .gauge("rollbook_view_last_refresh_timestamp_seconds", "When a view was last filled."),
        .gauge("rollbook_view_rows", "Rows of a view."),
        .gauge("rollbook_health_state", "How a part is: 0 well, 1 degraded, 2 failed."),
        .gauge("rollbook_ready", "Whether the server takes questions: 1, or 0 where it has failed or is draining."),
        .gauge("rollbook_build_info", "1, under labels that say what runs."),
    ]

    private static let jobs: [MetricDefinition] = [
        .counter("rollbook_job_runs_total", "Runs of jobs that ended, by job and outcome."),
        .histogram(
            "rollbook_job_duration_seconds", "Time that runs of jobs took, by job.",
            buckets: MetricDefinition.jobBuckets),
        .gauge("rollbook_job_last_success_timestamp_seconds", "When a job last ended well, by job."),
    ]

    private static let tracing: [MetricDefinition] = [
        .counter("rollbook_trace_spans_total", "Spans of traces, by whether they were written or dropped.")
    ]

    private static let process: [MetricDefinition] = [
        .counter("process_cpu_seconds_total", "Processor time that the process took."),
        .gauge("process_resident_memory_bytes", "Memory of the process that is in the machine's."),
        .gauge("process_virtual_memory_bytes", "Addresses that the process has asked for."),
        .gauge("process_open_fds", "Files and sockets that the process has open."),
        .gauge("process_max_fds", "Files and sockets that the process may have open."),
        .gauge("process_threads", "Threads of the process."),
        .gauge("process_start_time_seconds", "When the process began."),
    ]
}
