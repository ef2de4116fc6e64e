'use strict';
// The token stands behind "#" of the link, which browsers send to nobody; it leaves the address bar at once.
(function () {
  var zh = document.documentElement.lang === 'zh';
  var token = new URLSearchParams(location.hash.slice(1)).get('token') || '';
  var form = document.getElementById('form');
  var said = document.getElementById('said');
  var send = document.getElementById('send');
  history.replaceState(null, '', location.pathname);

  function say(text, bad) {
    said.textContent = text;
    said.className = bad ? 'bad' : 'good';
  }
  if (!token) {
    say(zh ? '链接不完整：请打开 pond serve 打印的地址。' : 'The link is not whole: open the one that pond serve printed.', true);
    send.disabled = true;
  }
  form.addEventListener('submit', function (event) {
    event.preventDefault();
    var password = document.getElementById('password').value;
    if (password !== document.getElementById('again').value) {
      say(zh ? '两次输入的密码不同。' : 'The two passwords differ.', true);
      return;
    }
    send.disabled = true;
    fetch('/api/v1/setup?lang=' + (zh ? 'zh' : 'en'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token: token, name: document.getElementById('name').value, password: password })
    }).then(function (answer) {
      return answer.json().then(function (body) {
        if (answer.ok) {
          form.hidden = true;
          say((zh ? '完成。您已以负责人身份登录品牌 ' : 'Done. You are logged in as the owner of ') + body.brand + (zh ? '。' : '.'), false);
        } else {
          say(body.msg + (body.hint ? ' (' + body.hint + ')' : ''), true);
          send.disabled = answer.status === 403;
        }
      });
    }).catch(function () {
      say(zh ? '无法连接服务。' : 'The server cannot be reached.', true);
      send.disabled = false;
    });
  });
}());
