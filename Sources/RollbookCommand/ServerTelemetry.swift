import Foundation
import Logging
import Metrics
import Rollbook
import RollbookServer
import RollbookTelemetry
import Tracing

/// What a server tells of itself: its log, its metrics and its traces, as the settings want them.
struct ServerTelemetry: Sendable {
    /// The server's logger.
    let logger: Logger
    /// What is measured; nil where nothing is.
    let metrics: MetricRegistry?
    /// Who is told of every question.
    let observers: [any QuestionObserver]

    private let spans: SpanFile?

    /// Sets up logs, metrics and traces for the whole process, which can be done once.
    ///
    /// - Throws: ``CommandFailure`` where the file for spans cannot be written.
    init(_ settings: EffectiveSettings) throws {
        logger = Self.logger(settings)
        metrics = settings["metrics"] == "off" ? nil : MetricRegistry(MetricCatalogue.all)
        if let metrics { MetricsSystem.bootstrap(metrics) }
        let factory: any MetricsFactory = metrics ?? NOOPMetricsHandler.instance
        let limit = settings.number("slow_query").flatMap { $0 == 0 ? nil : Duration.milliseconds($0) }
        observers = [
            QuestionLog(limit: limit, logger: logger, factory: factory), QuestionMeters(factory: factory),
        ]
        spans = try Self.trace(settings, factory)
        if let metrics, let spans { Self.count(spans, in: metrics) }
    }

    /// How the server is set up.
    func serverConfiguration(
        _ settings: EffectiveSettings, readiness: ReadinessState,
        onListening: @escaping @Sendable (BoundAddress) async -> Void
    ) -> ServerConfiguration {
        let seconds = { (name: String) in Duration.seconds(settings.number("server.\(name)") ?? 1) }
        return ServerConfiguration(
            host: settings["server.host"] ?? "", port: settings.number("server.port") ?? 0,
            connections: ConnectionLimits(
                connections: settings.number("server.maximum_connections") ?? 1, idle: seconds("idle_timeout"),
                request: seconds("request_timeout"), answer: seconds("answer_timeout")),
            metrics: metrics, readiness: readiness, onListening: onListening)
    }

    /// Writes what has not been written yet.
    func flush() { spans?.flush() }

    /// What the server logs goes to the standard error.
    private static func logger(_ settings: EffectiveSettings) -> Logger {
        let level = settings["log_level"].flatMap(Logger.Level.init(rawValue:)) ?? .info
        let format = settings["log_format"].flatMap(LogFormat.init(rawValue:)) ?? .text
        LoggingSystem.bootstrap(
            { label, provider in
                LineLogHandler(label: label, level: level, format: format, metadataProvider: provider)
            }, metadataProvider: .trace)
        return Logger(label: "rollbook")
    }

    private static func trace(_ settings: EffectiveSettings, _ factory: any MetricsFactory) throws -> SpanFile? {
        guard let path = settings["tracing.file"] else { return nil }
        let resource = [
            ("service.name", "rollbook"), ("service.version", RollbookVersion.current),
            ("process.pid", String(ProcessInfo.processInfo.processIdentifier)),
        ]
        let file: SpanFile
        do { file = try SpanFile(path: path, resource: resource) } catch let error as RollbookError {
            throw CommandFailure(.cannotCreate, error.message)
        }
        let ratio = Double(settings.number("tracing.sample_percentage") ?? 100) / 100
        InstrumentationSystem.bootstrap(FileTracer(file: file, ratio: ratio))
        return file
    }

    private static func count(_ spans: SpanFile, in metrics: MetricRegistry) {
        let written = RunningTotal("rollbook_trace_spans_total", [("outcome", "written")], factory: metrics)
        let dropped = RunningTotal("rollbook_trace_spans_total", [("outcome", "dropped")], factory: metrics)
        metrics.collect {
            written.saw(spans.counts.written)
            dropped.saw(spans.counts.dropped)
        }
    }
}

/// The files and sockets that a process may have open.
enum OpenFiles {
    /// Takes as many as the machine's administrator allows: the usual limit is for programs with a few files.
    static func raiseLimit() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
    }
}
