import Metrics
import Rollbook
import RollbookServer
import RollbookTelemetry
import Testing

@Suite struct QuestionTelemetryTests {
    private let registry = MetricRegistry(MetricCatalogue.all)
    private let logged = LoggedLines()

    private func event(_ failure: RollbookError.Code?, isJoined: Bool = false) throws -> QuestionEvent {
        QuestionEvent(
            question: try Question(report: "top-performers"), source: .computed, duration: .seconds(2),
            waited: .seconds(1), servedBy: "duckdb", isJoined: isJoined, failure: failure)
    }

    private var text: String { String(decoding: registry.text(), as: UTF8.self) }

    @Test func onlyAnswersAreTimed() throws {
        let meters = QuestionMeters(factory: registry)
        for failure: RollbookError.Code? in [.invalidArgument, .notFound, .overloaded, .timedOut, nil] {
            meters.answered(try event(failure))
        }
        meters.answered(try event(nil, isJoined: true))
        #expect(text.contains("rollbook_question_duration_seconds_count{name=\"top-performers\"} 1\n"))
        #expect(text.contains("rollbook_queue_wait_seconds_count 1\n"))
        #expect(text.contains("outcome=\"overloaded\",source=\"computed\"} 1\n"))
    }

    @Test func whoeverWasRefusedIsNotSlow() throws {
        let log = QuestionLog(limit: .seconds(1), logger: logged.logger(), factory: registry)
        log.answered(try event(.overloaded))
        log.answered(try event(.timedOut, isJoined: true))
        #expect(logged.lines.isEmpty)
        log.answered(try event(.timedOut))
        #expect(logged.lines.count == 1)
        #expect(logged.lines[0].contains("\"failure\":\"timed-out\""))
    }

    @Test func whatIsToldInBulkIsLoggedAlsoWhereItWasOnce() throws {
        let log = QuestionLog(limit: nil, logger: logged.logger(), factory: registry)
        let question = try Question(report: "top-performers")
        log.answered(QuestionEvent(question: question, source: .memory))
        #expect(logged.lines.isEmpty)
        log.answered(QuestionEvent(question: question, source: .memory, isToldInBulk: true))
        #expect(logged.lines.count == 1 && logged.lines[0].contains("answered from memory"))
    }
}
