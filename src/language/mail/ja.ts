import type { MailWords } from "../saying.ts";

/** The sentences of letters and text messages in Japanese. */
export const ja: MailWords = {
  "ask.subject": "{title}：署名をお願いします",
  "ask.lead": "{requester} さんが「{title}」への署名をお願いしています。",
  "ask.button": "読んで署名する",
  "remind.subject": "リマインダー：{title}",
  "remind.lead": "{requester} さんが「{title}」への署名をお待ちしています。",
  "completed.subject": "完了：{title}",
  "completed.lead":
    "全員が「{title}」に署名しました。控えを保管してください。文書は封印されており、監査証跡に誰がいつ署名したかが記録されています。",
  "completed.button": "文書をダウンロード",
  "declined.subject": "辞退：{title}",
  "declined.lead": "{who} さんが「{title}」への署名を辞退しました。今後は誰も署名できません。",
  "expired.subject": "期限切れ：{title}",
  "expired.lead": "「{title}」の署名期限が過ぎました。済んだ署名は残りますが、今後は誰も署名できません。",
  "withdrawn.subject": "取り下げ：{title}",
  "withdrawn.lead": "{requester} さんが「{title}」を取り下げました。何もする必要はありません。",
  "handover.subject": "別の人に依頼：{title}",
  "handover.lead": "{who} さんが代わりに {to} さんに「{title}」への署名を依頼しました。",
  see: "依頼を見る",
  reason: "理由：{reason}",
  test: "これはテストです。この文書に法的拘束力はありません。",
  endSigner: "このメールに心当たりがない場合は無視してください。署名しない限り何も起こりません。",
  endParty: "この文書の関係者としてこのメールをお送りしています。",
  "text.ask": "{requester} さんが「{title}」への署名をお願いしています：",
  "text.code":
    "{code} は「{title}」を開くためのコードです。10 分間有効です。こちらからコードをお尋ねすることはありません。",
};
