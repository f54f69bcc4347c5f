import RollbookModel
import Testing

@testable import RollbookCache

@Suite struct EncodedAnswerTests {
    @Test(arguments: [
        ("", "\"6c62272e07bb014262b821756295c58d\""),
        ("a", "\"d228cb696f1a8caf78912b704e4a8964\""),
        ("foobar", "\"343e1662793c64bf6f0d3597ba446f18\""),
    ])
    func entityTagIsThePublishedHash(text: String, tag: String) {
        #expect(EntityTag.strong(over: Array(text.utf8)) == tag)
    }

    @Test func entityTagFollowsTheBody() {
        #expect(answer(filledWith: 1).entityTag == answer(filledWith: 1, version: 2).entityTag)
        #expect(answer(filledWith: 1).entityTag != answer(filledWith: 2).entityTag)
        #expect(answer(bytes: 1, filledWith: 0).entityTag != answer(bytes: 2, filledWith: 0).entityTag)
    }

    @Test func anAlternateIsMadeOnce() {
        let answer = answer(bytes: 1000)
        let before = answer.byteCount
        var calls = 0
        for _ in 0..<3 {
            let (made, growth) = answer.alternate(for: "gzip") { body in
                calls += 1
                return Array(body.prefix(10))
            }
            #expect(made.body == Array(answer.body.prefix(10)))
            #expect(made.entityTag == answer.entityTag.dropLast() + "-gzip\"")
            #expect(growth > 0 ? answer.byteCount == before + growth : calls == 1)
        }
        #expect(calls == 1)
    }

    @Test func anAlternateThatFailsIsTriedAgain() throws {
        let answer = answer()
        #expect(throws: Failure.self) { try answer.alternate(for: "gzip") { _ in throw Failure() } }
        #expect(answer.alternate(for: "gzip") { _ in [1] }.representation.body == [1])
    }

    @Test func encodingsHaveTheirOwnAlternates() {
        let answer = answer()
        #expect(answer.alternate(for: "gzip") { _ in [1] }.representation.body == [1])
        #expect(answer.alternate(for: "br") { _ in [2] }.representation.body == [2])
        #expect(answer.alternate(for: "gzip") { _ in [3] }.representation.body == [1])
    }

    @Test func anAnswerIsEncodedWithItsProvenance() {
        let provenance = Provenance(
            report: "class-trends", parameters: [], policy: Policy(), asOf: Instant(secondsSinceEpoch: 5),
            dataState: DataState(version: 42), dataAsOf: nil, generatedAt: Instant(secondsSinceEpoch: 6),
            servedBy: "duckdb",
            executionTimeMilliseconds: 1)
        let empty = Answer(
            provenance: provenance, table: AnswerTable(columns: [], rows: []), totalCount: 0, limit: 10, offset: 0)
        let encoded = EncodedAnswer(empty)
        #expect(encoded.body == empty.json())
        #expect(encoded.dataVersion == 42)
        #expect(encoded.generatedAt == Instant(secondsSinceEpoch: 6))
    }
}
