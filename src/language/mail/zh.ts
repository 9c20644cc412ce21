import type { MailWords } from "../saying.ts";

/** The sentences of letters and text messages in Chinese (simplified). */
export const zh: MailWords = {
  "ask.subject": "{title}：需要您签署",
  "ask.lead": "{requester} 请您签署“{title}”。",
  "ask.button": "阅读并签署",
  "remind.subject": "提醒：{title}",
  "remind.lead": "{requester} 正在等待您签署“{title}”。",
  "completed.subject": "已完成：{title}",
  "completed.lead": "所有人都已签署“{title}”。请保存您的副本：文件已加封，其审计记录说明了谁在何时签署。",
  "completed.button": "下载文件",
  "declined.subject": "已拒绝：{title}",
  "declined.lead": "{who} 已拒绝签署“{title}”。此后任何人都不能再签署。",
  "expired.subject": "已过期：{title}",
  "expired.lead": "签署“{title}”的期限已过。已有的签名保留；此后任何人都不能再签署。",
  "withdrawn.subject": "已撤回：{title}",
  "withdrawn.lead": "{requester} 已撤回“{title}”。您无需做任何事。",
  "handover.subject": "已转交他人：{title}",
  "handover.lead": "{who} 已请 {to} 代为签署“{title}”。",
  see: "查看请求",
  reason: "原因：{reason}",
  test: "这是测试；此文件不具法律约束力。",
  endSigner: "如果您没有预料到这封邮件，可以不予理会：您不签署，就不会发生任何事。",
  endParty: "您收到这封邮件，是因为您参与了此文件。",
  "text.ask": "{requester} 请您签署“{title}”：",
  "text.code": "{code} 是您打开“{title}”的验证码，10 分钟内有效。任何人都不会向您索要。",
};
