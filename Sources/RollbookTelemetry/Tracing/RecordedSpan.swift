import Synchronization
public import Tracing

/// A span of a trace that is recorded, or one that only carries the trace along.
public final class RecordedSpan: Span {
    /// What a span holds when it has ended.
    struct Content: Sendable {
        var name: String
        let kind: SpanKind
        let trace: TraceContext
        let parent: UInt64?
        let start: UInt64
        var end: UInt64 = 0
        var attributes: SpanAttributes = [:]
        var events: [SpanEvent] = []
        var links: [SpanLink] = []
        var status: SpanStatus?
    }

    private struct State {
        var content: Content
        var hasEnded = false
    }

    /// The context in which the span's own steps run.
    public let context: ServiceContext
    /// Whether anybody will read the span.
    public let isRecording: Bool

    private let state: Mutex<State>
    private let onEnd: @Sendable (Content) -> Void

    init(_ content: Content, context: ServiceContext, onEnd: @escaping @Sendable (Content) -> Void) {
        self.context = context
        isRecording = content.trace.isSampled
        state = Mutex(State(content: content))
        self.onEnd = onEnd
    }

    /// What the span is of: a route or a step, never a target.
    public var operationName: String {
        get { state.withLock { $0.content.name } }
        set { change { $0.name = newValue } }
    }

    /// Names, kinds and counts; never a value that somebody asked for or that is stored.
    public var attributes: SpanAttributes {
        get { state.withLock { $0.content.attributes } }
        set { change { $0.attributes = newValue } }
    }

    /// Says how it went.
    public func setStatus(_ status: SpanStatus) { change { $0.status = status } }

    /// Notes something that happened.
    public func addEvent(_ event: SpanEvent) { change { $0.events.append(event) } }

    /// Notes that something failed, by the error's type: its words may hold values.
    public func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        var described = attributes
        described["exception.type"] = String(describing: type(of: error))
        addEvent(SpanEvent(name: "exception", at: instant(), attributes: described))
    }

    /// Ties another trace to this one.
    public func addLink(_ link: SpanLink) { change { $0.links.append(link) } }

    /// Ends the span; a second end changes nothing.
    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        guard isRecording else { return }
        let end = instant().nanosecondsSinceEpoch
        let ended: Content? = state.withLock { state in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            state.content.end = max(end, state.content.start)
            return state.content
        }
        if let ended { onEnd(ended) }
    }

    private func change(_ body: (inout Content) -> Void) {
        guard isRecording else { return }
        state.withLock { state in if !state.hasEnded { body(&state.content) } }
    }
}
