public import RollbookModel

/// A cache that several servers share, behind the memory of each.
///
/// It may be slow, full, gone or filled with garbage: its calls never throw and never wait long, an answer that it gives is
/// the one that was kept under the key, and what it cannot do is left undone.
public protocol SharedAnswers: Sendable {
    /// Who gives its answers, as provenance names it: `redis`.
    var name: String { get }

    /// The answer under a key, where it is there.
    func find(_ key: AnswerKey) async -> SharedAnswer?

    /// The answer under a key, or else the right to compute it for all, unless another server has that.
    ///
    /// - Parameter time: how long the right holds, unless it is renewed.
    func claim(_ key: AnswerKey, for time: Duration) async -> SharedClaim

    /// Makes a lease hold for so long from now on. Gives whether it was still this server's.
    func renew(_ lease: SharedLease, for time: Duration) async -> Bool

    /// Gives a lease back, where it is still this server's.
    func release(_ lease: SharedLease) async

    /// Keeps an answer under its key for so long, and tells the servers that wait for it.
    func keep(_ answer: EncodedAnswer, under key: AnswerKey, for time: Duration) async

    /// Waits until somebody keeps the answer under a key or the time has passed; it may return earlier.
    func news(of key: AnswerKey, within time: Duration) async

    /// Forgets the answers of a store whose keys' texts begin with `prefix`, and tells all servers to forget theirs.
    ///
    /// - Parameter storeID: the store; nil: every store.
    /// - Returns: how many were forgotten here; nil where that could not be done.
    func forget(prefix: String, of storeID: String?) async -> Int?

    /// Tells all servers that the store has come to another state.
    func announce(_ state: DataState) async

    /// Calls `receive` with what other servers tell, from now on.
    func listen(_ receive: @escaping @Sendable (SharedNotice) -> Void)
}

/// An answer of the shared cache.
public struct SharedAnswer: Sendable {
    /// The answer.
    public let answer: EncodedAnswer
    /// How long it will still be there.
    public let remaining: Duration

    /// Pairs an answer with the time that it has left.
    public init(answer: EncodedAnswer, remaining: Duration) {
        self.answer = answer
        self.remaining = remaining
    }
}

/// The right to compute an answer for all servers, for a short time.
public struct SharedLease: Hashable, Sendable {
    /// The key of the answer.
    public let key: AnswerKey
    /// Drawn for this lease: nobody else can renew or release it.
    public let token: String

    /// Names a lease.
    public init(key: AnswerKey, token: String) {
        self.key = key
        self.token = token
    }
}

/// What comes of asking for an answer or the right to compute it.
public enum SharedClaim: Sendable {
    /// The answer is there.
    case found(SharedAnswer)
    /// It is not, and whoever asked is to compute it.
    case granted(SharedLease)
    /// Another server is computing it.
    case taken
    /// The shared cache cannot say.
    case unavailable
}

/// What servers tell each other.
public enum SharedNotice: Hashable, Sendable {
    /// The store has come to a state.
    case state(DataState)
    /// Answers of a store are to be forgotten whose keys' texts begin with a prefix; nil: of every store.
    case forget(prefix: String, storeID: String?)
}
