import RollbookCache
import RollbookModel
public import RollbookStore

/// How many answers an invalidation has forgotten.
public struct ForgottenAnswers: Hashable, Sendable {
    /// Those in this process's memory.
    public let memory: Int
    /// Those of the cache that servers share; nil where there is none, or where it could not be reached.
    public let shared: Int?
}

/// Which state the store has, and who is told when it has another.
extension Warehouse {
    /// The state of the store, where it is known without waiting.
    public var currentState: StoreState? { watch.current }

    /// The version of the stored records and views, where it is known without waiting.
    public var currentDataVersion: Int64? { watch.current?.dataVersion }

    /// The state of the store, which on engines that have to ask for it may be a moment old.
    ///
    /// - Throws: as ``answer(_:)``.
    public func state() async throws -> StoreState { try await watch.state() }

    /// Hears what other servers tell, and looks after the state of the store until the task is cancelled, so that answers in
    /// memory are given without asking for it, and what another process has changed is noticed even where nobody tells.
    public func keepWatch() async {
        cache.shared?.listen(Self.receiver(cache, watch))
        await watch.run()
    }

    /// Forgets the answers whose keys' texts begin with `prefix`, such as `student-progress/`; all where it is empty. The
    /// cache that servers share forgets them, too, and the other servers do within a moment.
    @discardableResult public func invalidate(prefix: String) async -> ForgottenAnswers {
        let count = cache.invalidate(prefix: prefix)
        guard let shared = cache.shared else { return ForgottenAnswers(memory: count, shared: nil) }
        let storeID = (try? await state())?.storeID
        let sharedCount = await shared.forget(prefix: prefix, of: storeID)
        // Who asked meanwhile may have found the old answer where it was shared, and this server does not hear itself.
        return ForgottenAnswers(memory: count + cache.invalidate(prefix: prefix), shared: sharedCount)
    }

    /// Takes in what this process has stored, and tells the other servers.
    func moved(to state: StoreState) async {
        watch.committed(state)
        await cache.shared?.announce(state.dataState)
    }

    /// What other servers tell reaches the cache and the watch, neither of which it keeps alive.
    static func receiver(
        _ cache: AnswerCache, _ watch: DataVersionWatch
    ) -> @Sendable (SharedNotice) -> Void {
        { [weak cache, weak watch] notice in
            switch notice {
            case .state(let state): watch?.announced(state)
            case .forget(let prefix, let storeID): cache?.invalidate(prefix: prefix, of: storeID)
            }
        }
    }
}
