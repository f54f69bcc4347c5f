import Tracing

/// A step of a question that may be traced: where it is not, it costs a look at one value of the task.
package struct Step: Sendable {
    /// What is noted of the step; nil where nobody will read it.
    private let span: (any Span)?

    /// Notes something: names, kinds and counts, never a value that somebody asked for or that is stored.
    package func note(_ name: String, _ value: @autoclosure () -> String) {
        span?.updateAttributes { $0[name] = value() }
    }

    /// Runs `body` as a span of the trace that the task belongs to.
    ///
    /// - Throws: what `body` throws; the span says so, without the error's words.
    package static func run<T>(_ name: String, _ body: (Step) async throws -> T) async throws -> T {
        guard let context = ServiceContext.current else { return try await body(Step(span: nil)) }
        let span: any Span = InstrumentationSystem.tracer.startSpan(name, context: context, ofKind: .internal)
        guard span.isRecording else { return try await body(Step(span: nil)) }
        defer { span.end() }
        do {
            return try await ServiceContext.$current.withValue(span.context) { try await body(Step(span: span)) }
        } catch {
            span.setStatus(SpanStatus(code: .error))
            throw error
        }
    }
}
