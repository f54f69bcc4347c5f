import CLibPQ
import RollbookModel
import RollbookStore

/// The commands of one round trip that asks, and where among their results the answers are.
struct QuestionRound {
    private(set) var commands: [Command]
    private var answers: [Int] = []
    private var newlyPrepared: [(result: Int, key: PreparedTexts.Key, name: String)] = []
    private var prepared: PreparedTexts?

    /// - Parameters:
    ///   - begin: the statements that begin the transaction.
    ///   - prepared: what the server keeps; nil where it keeps nothing.
    init(begin: [String], prepared: PreparedTexts?) {
        commands = begin.map(Command.text)
        self.prepared = prepared
    }

    /// Whether any command names a statement that the server keeps.
    var usesPrepared: Bool { prepared != nil }

    /// Adds a question.
    ///
    /// - Throws: ``RollbookError`` with `engineFailure` for a parameter that has no value.
    mutating func add(_ question: Statement) throws {
        let spelled = SpelledStatement.cached(question.text)
        let parameters = try Parameters(spelled.parameterNames, from: question.bindings)
        if prepared != nil {
            commands.append(.prepared(name: name(PreparedTexts.Key(spelled.text, parameters.types)), parameters))
        } else {
            commands.append(.statement(spelled.text, parameters))
        }
        answers.append(commands.count - 1)
    }

    /// Adds the end of the transaction. What the server keeps is forgotten when it has become too much.
    mutating func finish() {
        commands.append(.text(TransactionText.commit))
        if prepared?.isFull == true { commands.append(.text(PreparedTexts.forget)) }
    }

    /// What the server keeps after so many commands have succeeded.
    func kept(afterCommands count: Int) -> PreparedTexts? {
        var kept = prepared
        if kept?.isFull == true, count == commands.count { kept?.removeAll() }
        for entry in newlyPrepared where entry.result >= count { kept?.remove(entry.key) }
        return kept
    }

    /// The answers, in the order of the questions.
    ///
    /// - Throws: as ``ResultDecoder``.
    func answers(in results: [PostgresResult]) throws -> [QueryResult] {
        try answers.map { try ResultDecoder.decode(results[$0]) }
    }

    /// The name of a statement, which is parsed first where it is new.
    private mutating func name(_ key: PreparedTexts.Key) -> String {
        if let name = prepared?[key] { return name }
        let name = prepared?.keep(key) ?? ""
        newlyPrepared.append((commands.count, key, name))
        commands.append(.prepare(name: name, text: key.text, types: key.types))
        return name
    }
}
