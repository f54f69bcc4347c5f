import Synchronization

/// Whether a server wants to be asked: it does from its start until its shutdown begins. Whoever hands out requests learns
/// it from `/health/ready`.
public final class ReadinessState: Sendable {
    private let draining = Atomic(false)

    /// The state of a server that has just begun.
    public init() {}

    /// Whether the shutdown has begun: what is asked is still answered, but nothing more should come.
    public var isDraining: Bool { draining.load(ordering: .acquiring) }

    /// Begins the shutdown. There is no way back.
    public func drain() { draining.store(true, ordering: .releasing) }
}
