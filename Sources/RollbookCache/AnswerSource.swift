/// How an answer was had.
public enum AnswerSource: String, Sendable, CaseIterable {
    /// It was in this process's memory.
    case memory
    /// It was in the cache that servers share.
    case shared
    /// An engine computed it.
    case computed
    /// It was kept, is no longer the newest, and is being computed anew.
    case stale
}
