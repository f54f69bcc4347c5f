import RollbookModel
import Testing

@testable import Rollbook

@Suite("A question as text")
struct QuestionTextTests {
    @Test("is the same however the question was written, and gives it back")
    func roundTrip() throws {
        let parameters = ["student": "a&b=c?/%ü", "by": "week", "pass_mark": "50"]
        let text = try #require(QuestionText.text(of: Question(report: "student-progress", parameters: parameters)))
        #expect(text == "report/student-progress?by=week&pass_mark=50&student=a%26b%3Dc%3F%2F%25%C3%BC")
        let question = try #require(QuestionText.question(text))
        #expect(question.parameters == ["student": "a&b=c?/%ü", "by": "week"])
        #expect(question.policySettings == ["pass_mark": "50"])
        #expect(QuestionText.text(of: question) == text)
        #expect(QuestionText.text(of: try Question(view: "teacher_workload")) == "view/teacher_workload")
    }

    @Test("is none for an instant of its own, or at great length")
    func none() throws {
        let instant = ["as_of": "2026-03-01T12:00:00Z"]
        #expect(QuestionText.text(of: try Question(report: "top-performers", parameters: instant)) == nil)
        let long = ["student": String(repeating: "x", count: 600)]
        #expect(QuestionText.text(of: try Question(report: "student-progress", parameters: long)) == nil)
    }

    @Test(
        "that is none is refused",
        arguments: [
            "", "report", "report/a/b", "x/y", "report/a?b", "report/%ZZ", "report/%F", "report/%FF", "report/a?b=%",
        ])
    func refused(_ text: String) { #expect(QuestionText.question(text) == nil) }
}

@Suite("The question log")
struct QuestionLogTests {
    @Test("adds up what is asked, and leaves out what nobody asked")
    func adds() throws {
        let question = try Question(report: "top-performers")
        var tally = QuestionTally(question: "q", kind: "report", askedCount: 1, lastAskedAt: .now)
        tally.add(
            QuestionTally(
                question: "q", kind: "report", askedCount: 41, computedCount: 1, lastAskedAt: .now,
                totalMicroseconds: 7, longestMicroseconds: 7))
        #expect(tally.askedCount == 42 && tally.computedCount == 1 && tally.longestMicroseconds == 7)
        let log = AskedQuestions()
        log.answered(QuestionEvent(question: question, source: .computed, purpose: .warming))
        log.answered(QuestionEvent(question: question, source: .computed, failure: .invalidArgument))
        #expect(log.failure == nil)
    }
}
