public import Tracing

/// A backend of swift-distributed-tracing: continues W3C trace contexts, decides which traces are recorded, and has a file
/// written of their spans.
public struct FileTracer: Tracer {
    /// The spans of this tracer.
    public typealias Span = RecordedSpan

    private let file: SpanFile
    private let ratio: Double

    /// Makes a tracer.
    ///
    /// - Parameter ratio: how many of the traces that begin here are recorded, from 0 to 1; for those that began elsewhere
    ///   it was decided there.
    public init(file: SpanFile, ratio: Double) {
        self.file = file
        self.ratio = ratio
    }

    /// Begins a span: of the trace that the context belongs to, or of a new one.
    public func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> RecordedSpan {
        var context = context()
        let parent = context.trace
        let trace = parent.map(Self.child) ?? newTrace()
        context.trace = trace
        let content = RecordedSpan.Content(
            name: operationName, kind: kind, trace: trace, parent: parent?.spanID,
            start: trace.isSampled ? instant().nanosecondsSinceEpoch : 0)
        return RecordedSpan(content, context: context) { [file] in file.write($0) }
    }

    /// Takes a trace over that began elsewhere.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        let trace = TraceContext(
            traceparent: extractor.extract(key: "traceparent", from: carrier),
            tracestate: extractor.extract(key: "tracestate", from: carrier))
        if let trace { context.trace = trace }
    }

    /// Hands the trace on.
    public func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.trace else { return }
        injector.inject(trace.traceparent, forKey: "traceparent", into: &carrier)
        if let state = trace.state { injector.inject(state, forKey: "tracestate", into: &carrier) }
    }

    /// Writes what has not been written yet.
    public func forceFlush() { file.flush() }

    private static func child(_ parent: TraceContext) -> TraceContext {
        TraceContext(
            traceID: parent.traceID, spanID: .random(in: 1...(.max)), isSampled: parent.isSampled, state: parent.state)
    }

    private func newTrace() -> TraceContext {
        let low = UInt64.random(in: 1...(.max))
        let isSampled = ratio >= 1 || (ratio > 0 && Double(low) / 0x1p64 < ratio)
        return TraceContext(
            traceID: (.random(in: 0...(.max)), low), spanID: .random(in: 1...(.max)), isSampled: isSampled)
    }
}
