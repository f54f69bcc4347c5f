import Tracing

/// A step of a question that is traced: where it is not, this costs a look at one value of the task.
package enum Step {
    /// Runs `body` as a span of the trace that the task belongs to.
    ///
    /// - Parameter attributes: names and kinds, never a value that somebody asked for or that is stored.
    /// - Throws: what `body` throws; the span says so, without the error's words.
    package static func run<T>(
        _ name: String, _ attributes: @autoclosure () -> [String: String] = [:], _ body: () async throws -> T
    ) async throws -> T {
        guard let context = ServiceContext.current else { return try await body() }
        let span = InstrumentationSystem.tracer.startSpan(name, context: context, ofKind: .internal)
        guard span.isRecording else { return try await body() }
        span.updateAttributes { described in for (key, value) in attributes() { described[key] = value } }
        defer { span.end() }
        do {
            return try await ServiceContext.$current.withValue(span.context, operation: body)
        } catch {
            span.setStatus(SpanStatus(code: .error))
            throw error
        }
    }
}
