public import Logging
public import Metrics
public import Rollbook
import RollbookModel

/// Writes a log line for each question that the engine took long for, and one now and then for those that were answered from
/// memory without a log line of their own: what was asked by name, the kinds of its parameters, never a value.
public struct QuestionLog: QuestionObserver {
    /// From how long on a question is slow; nil: none is.
    public let limit: Duration?
    private let logger: Logger
    private let factory: any MetricsFactory

    /// Makes a log.
    public init(limit: Duration?, logger: Logger, factory: any MetricsFactory) {
        self.limit = limit
        self.logger = logger
        self.factory = factory
    }

    /// Takes in a question.
    public func answered(_ event: QuestionEvent) {
        if event.isToldInBulk {
            logger.info(
                "answered from memory",
                metadata: [
                    "report": "\(event.question.name)", "count": .stringConvertible(event.repetitions),
                    "data_version": .stringConvertible(event.dataVersion ?? 0),
                ])
        }
        // Whoever was refused has waited for others: those are the slow ones.
        guard let limit, event.source == .computed, !event.isJoined, event.failure != .overloaded,
            event.duration > limit
        else { return }
        Counter(label: "rollbook_slow_questions_total", dimensions: [("name", event.question.name)], factory: factory)
            .increment()
        logger.warning("slow question", metadata: Self.metadata(of: event))
    }

    private static func metadata(of event: QuestionEvent) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "report": "\(event.question.name)", "parameters": "\(event.question.kinds)",
            "milliseconds": .stringConvertible(Int64(event.duration / .milliseconds(1))),
            "waited_milliseconds": .stringConvertible(Int64(event.waited / .milliseconds(1))),
            "purpose": "\(event.purpose.rawValue)",
        ]
        if let rows = event.rowCount { metadata["rows"] = .stringConvertible(rows) }
        if let server = event.servedBy { metadata["served_by"] = "\(server)" }
        if let version = event.dataVersion { metadata["data_version"] = .stringConvertible(version) }
        if let failure = event.failure { metadata["failure"] = "\(failure)" }
        return metadata
    }
}
