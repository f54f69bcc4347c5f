public import RollbookCache
public import RollbookModel

/// What a question is asked for.
public enum QuestionPurpose: String, Sendable, CaseIterable {
    /// Somebody wants to read the answer.
    case reading
    /// The answer is to be in memory when somebody asks.
    case warming
}

/// That a question was answered, or could not be.
///
/// It holds the question itself: whoever writes of it where others read uses ``name`` and ``kinds``, which hold no value.
public struct QuestionEvent: Sendable {
    /// The question, with the texts of its parameters.
    public let question: Question
    /// How the answer was had.
    public let source: AnswerSource
    /// How long whoever asked waited for the answer; zero where hits are told in bulk.
    public let duration: Duration
    /// How much of that passed in an engine's queue.
    public let waited: Duration
    /// The rows of the answer, where it was computed for this question.
    public let rowCount: Int?
    /// Who computed the answer, as provenance names it, where it was computed for this question.
    /// Where that has failed, the engine.
    public let servedBy: String?
    /// The version of the data that the answer was read from.
    public let dataVersion: Int64?
    /// Whether the answer was awaited from a computation that somebody else had begun.
    public let isJoined: Bool
    /// What the question was asked for.
    public let purpose: QuestionPurpose
    /// Why there is no answer; nil where there is one.
    public let failure: RollbookError.Code?
    /// How many times the same was asked and answered: hits are told in bulk, all else one by one.
    public let repetitions: Int
    /// Whether it is told together with others, some time after, because it left no other trace: so are hits on the event loop.
    public let isToldInBulk: Bool

    /// Describes a question that was answered, or could not be.
    public init(
        question: Question, source: AnswerSource, duration: Duration = .zero, waited: Duration = .zero,
        rowCount: Int? = nil, servedBy: String? = nil, dataVersion: Int64? = nil, isJoined: Bool = false,
        purpose: QuestionPurpose = .reading, failure: RollbookError.Code? = nil, repetitions: Int = 1,
        isToldInBulk: Bool = false
    ) {
        self.question = question
        self.source = source
        self.duration = duration
        self.waited = waited
        self.rowCount = rowCount
        self.servedBy = servedBy
        self.dataVersion = dataVersion
        self.isJoined = isJoined
        self.purpose = purpose
        self.failure = failure
        self.repetitions = repetitions
        self.isToldInBulk = isToldInBulk
    }
}
